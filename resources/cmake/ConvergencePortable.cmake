# One archive that runs without Qt, VTK or anything else of ours being installed:
#   cmake --preset portable && cmake --build --preset portable -t package
# Libraries and Qt's plugins that the program needs are copied beside it from this system, together
# with their copyright files. glibc comes from the system that the archive is unpacked on, and so do
# GL, EGL, X11, Wayland and others that belong to its drivers; see resources/packaging/portable.
option(CONVERGENCE_PORTABLE "Install everything that the program needs beside it" OFF)
if(NOT CONVERGENCE_PORTABLE)
    return()
endif()
# Unlike a run path of the new kind, this one of the program is also searched for what its libraries
# need, which have none of their own.
add_link_options(-Wl,--disable-new-dtags -Wl,--as-needed)
set(portable ${CMAKE_CURRENT_LIST_DIR}/../packaging/portable)

# After everything else is installed.
function(convergence_install_portable)
    install(PROGRAMS ${portable}/convergence-lab DESTINATION .)
    install(FILES ${CMAKE_SOURCE_DIR}/LICENSE ${portable}/../copyright
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/convergence-lab)
    install(FILES ${portable}/qt.conf DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(FILES ${portable}/fonts.conf DESTINATION ${CMAKE_INSTALL_DATADIR}/convergence-lab/fonts)
    find_file(DEJAVU_SANS DejaVuSans.ttf PATH_SUFFIXES fonts/truetype/dejavu share/fonts/truetype/dejavu REQUIRED)
    get_filename_component(fonts ${DEJAVU_SANS} DIRECTORY)
    install(CODE "
        set(qt_plugins \"${QT6_INSTALL_PREFIX}/${QT6_INSTALL_PLUGINS}\")
        set(qt_translations \"${QT6_INSTALL_PREFIX}/${QT6_INSTALL_TRANSLATIONS}\")
        set(fonts \"${fonts}\")
        set(private_libraries \"${CONVERGENCE_PRIVATE_LIBDIR}\")
        set(program \"${CMAKE_INSTALL_BINDIR}/convergence-lab\")
        set(share \"${CMAKE_INSTALL_DATADIR}\")")
    install(SCRIPT ${portable}/bundle.cmake)
endfunction()
