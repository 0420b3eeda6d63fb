# Run at the end of an installation: copies libraries, Qt's plugins, fonts and licences beside the
# program. Set before: qt_plugins, qt_translations, fonts, private_libraries, program, share.
set(root $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX})
set(libraries ${root}/${private_libraries})
find_program(DPKG_QUERY dpkg-query)
if(NOT DPKG_QUERY)
    message(FATAL_ERROR "Without dpkg-query nobody knows which licences the archive has to bring along.")
endif()

# Patterns of file names. Of the system in any case:
set(of_system "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv|util|mvec|anl|nsl|BrokenLocale|nss_.*|thread_db)\\.so")
# Of the system where it has them, since its drivers want their own; stand-ins are brought along.
set(of_drivers "^lib(stdc\\+\\+|gcc_s|z|zstd|expat|ffi|elf|drm|gbm|fontconfig|freetype|uuid)[.-]"
    "^lib(GL|EGL|GLX|OpenGL|GLdispatch|GLU|GLESv2)\\.so" "^lib(X11|X11-xcb|xcb|Xau|Xdmcp|Xext|ICE|SM|Xt)\\.so"
    "^libxcb-(glx|shm|render|xfixes|dri2|dri3|present|sync|randr|shape)\\.so"
    # Open MPI's have a run path of their own, so that the program's is not searched for them.
    "^lib(open-rte|open-pal|hwloc|event.*)[.-]"
    "^libwayland-" "^lib(bsd|md)\\.so")
function(matches name patterns result)
    set(${result} FALSE PARENT_SCOPE)
    foreach(pattern ${patterns})
        if(name MATCHES "${pattern}")
            set(${result} TRUE PARENT_SCOPE)
        endif()
    endforeach()
endfunction()

# What is copied, and the names that it has then.
set(from "")
set(names "")
macro(bundled)
    foreach(bundled_file ${ARGN})
        list(APPEND from ${bundled_file})
        get_filename_component(bundled_name ${bundled_file} NAME)
        list(APPEND names ${bundled_name})
    endforeach()
endmacro()

# Qt finds its plugins by itself, so nothing names those.
set(plugins "")
foreach(pattern platforms/libqxcb platforms/libqoffscreen platforms/libqminimal platforms/libqwayland*
        xcbglintegrations/* platforminputcontexts/* iconengines/libqsvgicon imageformats/*
        sqldrivers/libqsqlite wayland-*/*)
    file(GLOB found RELATIVE ${qt_plugins} ${qt_plugins}/${pattern}.so)
    foreach(plugin ${found})
        get_filename_component(folder ${plugin} DIRECTORY)
        file(INSTALL ${qt_plugins}/${plugin} DESTINATION ${libraries}/qt/${folder})
        list(APPEND plugins ${libraries}/qt/${plugin})
        bundled(${qt_plugins}/${plugin})
    endforeach()
endforeach()

file(GLOB own ${libraries}/*.so.* ${libraries}/plugins/*.so)
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${root}/${program} LIBRARIES ${own} ${plugins}
    RESOLVED_DEPENDENCIES_VAR found UNRESOLVED_DEPENDENCIES_VAR unresolved)
list(FILTER unresolved EXCLUDE REGEX "^libconvergence_")
if(unresolved)
    message(FATAL_ERROR "These libraries were not found: ${unresolved}")
endif()
foreach(library ${found})
    get_filename_component(name ${library} NAME)
    matches(${name} "${of_system}" skipped)
    file(REAL_PATH ${library} file)
    string(FIND ${file} ${libraries}/ inside)
    if(skipped OR inside EQUAL 0)
        continue()
    endif()
    matches(${name} "${of_drivers}" stands_in)
    set(to ${libraries})
    if(stands_in)
        set(to ${libraries}/stand-ins/${name})
    endif()
    file(COPY_FILE ${file} ${CMAKE_CURRENT_BINARY_DIR}/bundled_library)
    file(INSTALL ${CMAKE_CURRENT_BINARY_DIR}/bundled_library DESTINATION ${to} RENAME ${name}
        PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    list(APPEND from ${file})
    list(APPEND names ${name})
endforeach()
file(REMOVE ${CMAKE_CURRENT_BINARY_DIR}/bundled_library)

file(GLOB faces ${fonts}/DejaVuSans.ttf ${fonts}/DejaVuSans-Bold.ttf ${fonts}/DejaVuSansMono.ttf)
file(INSTALL ${faces} DESTINATION ${root}/${share}/convergence-lab/fonts)
file(GLOB texts ${qt_translations}/qtbase_*.qm)
file(INSTALL ${texts} DESTINATION ${root}/${share}/convergence-lab/qt-translations)
bundled(${faces} ${texts})

# Whose all that is: the copyright file of each package, and the sources that they were built from.
set(documents ${root}/${share}/doc/convergence-lab)
# Headers of these are compiled into the program.
set(packages libcli11-dev libeigen3-dev librandom123-dev nlohmann-json3-dev)
set(owned "")
foreach(file name IN ZIP_LISTS from names)
    # A merged /usr knows some files by their names before the merger only.
    string(REGEX REPLACE "^/usr/lib/" "/lib/" before ${file})
    foreach(path ${file} ${before})
        execute_process(COMMAND ${DPKG_QUERY} -S ${path} OUTPUT_VARIABLE answer ERROR_QUIET RESULT_VARIABLE failed)
        if(NOT failed)
            break()
        endif()
    endforeach()
    if(failed)
        message(FATAL_ERROR "No package owns ${file}, so that nobody knows its licence.")
    endif()
    string(REGEX REPLACE "[:,].*" "" package "${answer}")
    list(APPEND packages ${package})
    list(APPEND owned "${package} ${name}\n")
endforeach()
list(REMOVE_DUPLICATES packages)
list(SORT packages)
set(sources "Packages of Debian that this archive has files of, and the source packages that these were built\nfrom. All are to be had from https://snapshot.debian.org.\n\n")
foreach(package ${packages})
    file(REAL_PATH /usr/share/doc/${package}/copyright licence)
    file(INSTALL ${licence} DESTINATION ${documents}/bundled/${package} RENAME copyright)
    execute_process(COMMAND ${DPKG_QUERY} -W -f "\${Package} \${Version}, source \${source:Package} \${source:Version}\n" ${package}
        OUTPUT_VARIABLE line COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX REPLACE "\n.*" "\n" line "${line}") # of one architecture
    string(APPEND sources "${line}")
endforeach()
file(WRITE ${documents}/bundled/SOURCES.txt "${sources}")
list(SORT owned)
list(REMOVE_DUPLICATES owned)
string(CONCAT owned "Which files are of which package.\n\n" ${owned})
file(WRITE ${documents}/bundled/FILES.txt "${owned}")
file(INSTALL /usr/share/common-licenses/GPL-3 DESTINATION ${documents})
