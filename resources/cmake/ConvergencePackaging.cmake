# What a desktop expects of an installed program, its man page, the reference of the library, and
# the Debian package:  cmake --preset package && cmake --build --preset package -t package

set(packaging ${CMAKE_SOURCE_DIR}/resources/packaging)
install(FILES ${packaging}/convergence-lab.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES ${packaging}/convergence-lab.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
install(FILES ${packaging}/io.github.convergence_lab.ConvergenceLab.metainfo.xml
    DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
install(FILES resources/icons/convergence-lab.svg
    DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)

# What completes in a shell is written from the program's own commands.
set(completions ${CMAKE_BINARY_DIR}/completions)
set(bash_completion ${completions}/bash/convergence-lab)
set(zsh_completion ${completions}/zsh/_convergence-lab)
set(fish_completion ${completions}/fish/convergence-lab.fish)
add_custom_command(OUTPUT ${bash_completion} ${zsh_completion} ${fish_completion}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${completions}/bash ${completions}/zsh ${completions}/fish
    COMMAND convergence-lab completion bash > ${bash_completion}
    COMMAND convergence-lab completion zsh > ${zsh_completion}
    COMMAND convergence-lab completion fish > ${fish_completion}
    DEPENDS convergence-lab
    COMMENT "Writing the shells' completions from the program's commands")
add_custom_target(completions ALL DEPENDS ${bash_completion} ${zsh_completion} ${fish_completion})
install(FILES ${bash_completion} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${zsh_completion} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${fish_completion} DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# The man page says what the program's own help says.
find_program(HELP2MAN help2man)
find_program(BASH bash)
if(HELP2MAN AND BASH)
    set(man_page ${CMAKE_BINARY_DIR}/convergence-lab.1)
    add_custom_command(OUTPUT ${man_page}
        COMMAND ${BASH} ${packaging}/make_man_page $<TARGET_FILE:convergence-lab> ${man_page}
        DEPENDS convergence-lab ${packaging}/make_man_page
        COMMENT "Writing the man page from the program's help")
    add_custom_target(man_page ALL DEPENDS ${man_page})
    if(CMAKE_INSTALL_PREFIX STREQUAL "/usr") # Debian wants it compressed
        add_custom_command(TARGET man_page POST_BUILD COMMAND gzip -9nkf ${man_page})
        set(man_page ${man_page}.gz)
    endif()
    install(FILES ${man_page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()

# The reference of the solver library; what Doxygen warns about fails the build.
find_program(DOXYGEN doxygen)
if(DOXYGEN)
    configure_file(resources/doxygen/Doxyfile.in ${CMAKE_BINARY_DIR}/Doxyfile @ONLY)
    add_custom_target(api_reference COMMAND ${DOXYGEN} ${CMAKE_BINARY_DIR}/Doxyfile
        WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} COMMENT "Writing the API reference" VERBATIM)
endif()

find_program(DPKG_DEB dpkg-deb)
set(CPACK_GENERATOR TXZ)
if(DPKG_DEB)
    set(CPACK_GENERATOR DEB)
endif()
set(CPACK_PACKAGE_NAME convergence-lab)
set(CPACK_PACKAGE_CONTACT "The Convergence Lab authors <convergence-lab@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "laboratory for convergence of optimization algorithms")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Runs the algorithms of papers on convergence live: charts with the theoretical
rate drawn over the measured one, heat maps, trajectories and voxel-grid
radiance fields, and checks that measure with seeds and tolerance whether each
paper's headline claim holds.

Works in a window, on the command line, and in sweeps over many machines.")
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_BINARY_DIR}/lib)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libqt6sql6-sqlite, libqt6svg6, qt6-translations-l10n, fonts-dejavu-core")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "dataset-fashion-mnist, bible-kjv-text")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "openmpi-bin, libeigen3-dev, libtbb-dev, libfmt-dev, nlohmann-json3-dev, librandom123-dev")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Debian wants these two compressed or under fixed names; only the package has them.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(changelog ${CMAKE_BINARY_DIR}/changelog.gz)
    execute_process(COMMAND gzip -9nc ${packaging}/changelog OUTPUT_FILE ${changelog})
    install(FILES ${changelog} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/convergence-lab)
    install(FILES ${packaging}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/convergence-lab)
    install(FILES ${packaging}/lintian-overrides RENAME convergence-lab
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides)
endif()
if(CONVERGENCE_PORTABLE)
    set(CPACK_GENERATOR TXZ)
    set(CPACK_PACKAGE_FILE_NAME convergence-lab-${PROJECT_VERSION}-x86_64)
    set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};ConvergenceLab;ALL;/")
    set(CPACK_SET_DESTDIR OFF)
endif()
include(CPack)
