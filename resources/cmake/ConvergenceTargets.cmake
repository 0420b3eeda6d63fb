# Compiler settings that every target shares, and functions that make our kinds of target.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Precompiled headers are only cached when ccache may overlook their time stamps. What a file
    # depends on the compiler says itself: no second pass of the preprocessor.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${CCACHE_PROGRAM})
endif()

# The folder of what is loaded, in a run path.
set(CONVERGENCE_ORIGIN $ORIGIN)
if(APPLE)
    set(CONVERGENCE_ORIGIN @loader_path)
endif()

add_library(convergence_settings INTERFACE)
target_compile_features(convergence_settings INTERFACE cxx_std_20)
target_compile_options(convergence_settings INTERFACE
    -march=${CONVERGENCE_ARCHITECTURE}
    $<BUILD_INTERFACE:-Wall;-Wextra;-Wpedantic;-Wshadow$<$<BOOL:$<TARGET_PROPERTY:MAY_SHADOW>>:=local>;-Wnon-virtual-dtor;-Woverloaded-virtual>
    -Wno-missing-field-initializers)
# False alarms of GCC 12 in its own library's strings and in Eigen.
target_compile_options(convergence_settings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-restrict -Wno-array-bounds>)
# Several files are compiled as one (CMAKE_UNITY_BUILD in the presets), a third of the time. GCC then
# takes what is hidden in one of them for a header's.
if(CMAKE_UNITY_BUILD)
    target_compile_options(convergence_settings INTERFACE
        $<BUILD_INTERFACE:$<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>>)
endif()
# Contraction into fused multiply-adds is the compiler's choice otherwise and would make the same
# expression differ between two places it is inlined into.
target_compile_options(convergence_settings INTERFACE -ffp-contract=fast -fno-math-errno)
target_compile_definitions(convergence_settings INTERFACE
    EIGEN_DONT_PARALLELIZE
    EIGEN_STACK_ALLOCATION_LIMIT=1048576 # workspaces of products up to 300 × 300 stay off the heap
    CONVERGENCE_ARCHITECTURE="${CONVERGENCE_ARCHITECTURE}")
# By which a kept run knows the build that made it, where the linker can tell.
include(CheckLinkerFlag)
check_linker_flag(CXX -Wl,--build-id=sha1 CONVERGENCE_HAS_BUILD_ID)
if(CONVERGENCE_HAS_BUILD_ID)
    target_link_options(convergence_settings INTERFACE -Wl,--build-id=sha1)
endif()
if(CONVERGENCE_WERROR)
    # GCC 12 sees strings moved out of temporaries read too far; a warning must do there.
    target_compile_options(convergence_settings INTERFACE
        $<BUILD_INTERFACE:-Werror> $<$<CXX_COMPILER_ID:GNU>:-Wno-error=stringop-overread>)
endif()
if(CONVERGENCE_SANITIZE)
    target_compile_options(convergence_settings INTERFACE
        -fsanitize=${CONVERGENCE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    # What looks at each access that the address sanitizer looks at too; it doubles the time to compile.
    if(CONVERGENCE_SANITIZE MATCHES address AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(convergence_settings INTERFACE -fno-sanitize=null,alignment,object-size,vptr)
    endif()
    target_link_options(convergence_settings INTERFACE -fsanitize=${CONVERGENCE_SANITIZE})
endif()

# convergence_reuse_precompiled_header(<target> <owner>): compiles <target> with the precompiled
# header of <owner>. GCC allows for macros on the command line that the header does not look at;
# clang does not, and goes without.
function(convergence_reuse_precompiled_header target owner)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_precompile_headers(${target} REUSE_FROM ${owner})
    endif()
endfunction()

# convergence_compile_apart(<target> <source>...): sources whose hidden names meet those of others
# when several are compiled as one.
function(convergence_compile_apart target)
    set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target}
        PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# convergence_may_shadow(<target>): compiled as one, names in a file may be those that are hidden in
# the files before it.
function(convergence_may_shadow target)
    if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        set_target_properties(${target} PROPERTIES MAY_SHADOW ON)
    endif()
endfunction()

# convergence_automoc(<target>): AUTOMOC that does not wait for the libraries it links and reads no
# headers but those of the target. The script that stands in moc's place lists the files of this
# folder, so that it is written anew, and all are looked at again, when there is one more.
function(convergence_automoc target)
    set_target_properties(${target} PROPERTIES AUTOMOC ON AUTOGEN_ORIGIN_DEPENDS OFF)
    if(NOT UNIX)
        return() # moc itself, since there is no shell to run a script with
    endif()
    get_target_property(CONVERGENCE_MOC Qt6::moc LOCATION)
    file(GLOB_RECURSE CONVERGENCE_MOC_FILES CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
        ${CMAKE_CURRENT_SOURCE_DIR}/*.h ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
    set(moc_alone ${CMAKE_CURRENT_BINARY_DIR}/${target}_moc)
    configure_file(${CMAKE_SOURCE_DIR}/resources/cmake/moc_alone.in ${moc_alone} @ONLY
        FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
    set_target_properties(${target} PROPERTIES AUTOMOC_EXECUTABLE ${moc_alone})
endfunction()

set(CONVERGENCE_OWN_TREE TRUE)
include(ConvergencePlugin)
