# convergence_add_plugin(<name> SOURCES ...): a plugin that the program loads at run time.
#
# In the program's own tree it goes where the program finds it. Outside, `cmake --install` puts it
# into the user's plugin folder, unless CONVERGENCE_PLUGIN_FOLDER names another.
function(convergence_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
    add_library(plugin_${name} MODULE ${arg_SOURCES})
    target_link_libraries(plugin_${name} PRIVATE ConvergenceLab::core)
    set_target_properties(plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name})
    if(CONVERGENCE_OWN_TREE)
        set_target_properties(plugin_${name} PROPERTIES
            LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/convergence-lab/plugins
            INSTALL_RPATH "${CONVERGENCE_ORIGIN}/..")
        install(TARGETS plugin_${name}
            LIBRARY DESTINATION ${CONVERGENCE_PRIVATE_LIBDIR}/plugins)
        return()
    endif()
    if(NOT CONVERGENCE_PLUGIN_FOLDER)
        if(DEFINED ENV{XDG_DATA_HOME})
            set(data $ENV{XDG_DATA_HOME})
        else()
            set(data $ENV{HOME}/.local/share)
        endif()
        set(CONVERGENCE_PLUGIN_FOLDER ${data}/convergence-lab/plugins)
    endif()
    install(TARGETS plugin_${name} LIBRARY DESTINATION ${CONVERGENCE_PLUGIN_FOLDER})
endfunction()
