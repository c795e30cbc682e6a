# What every target of this project is built with.

add_library(iuran_options INTERFACE)
target_include_directories(iuran_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
target_compile_options(iuran_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Werror -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these inside the standard library and in generated code where nothing is wrong.
  target_compile_options(iuran_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict
    -Wno-dangling-pointer -Wno-array-bounds -Wno-stringop-overflow)
endif()
if(IURAN_SANITIZE)
  target_compile_options(iuran_options INTERFACE -fsanitize=${IURAN_SANITIZE}
    -fno-sanitize-recover=all)
  target_link_options(iuran_options INTERFACE -fsanitize=${IURAN_SANITIZE})
endif()
if(IURAN_FUZZ)
  # What is fuzzed tells the fuzzer which ways an input takes; otherwise it would search blindly.
  target_compile_options(iuran_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# ccache and mold where they are installed: they change how fast a build is, not what it makes.
find_program(IURAN_CCACHE ccache)
if(IURAN_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${IURAN_CCACHE})
endif()
find_program(IURAN_MOLD mold)
if(IURAN_MOLD)
  target_link_options(iuran_options INTERFACE -fuse-ld=mold)
endif()

# iuran_library(NAME LINKS ... PRIVATE_LINKS ...): a folder is a target, made of all its .cc files.
# main.cc is the program's and stands apart. LINKS are the arrows of the house: tests check them.
function(iuran_library name)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE_LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC iuran_options ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# iuran_test(NAME FOLDER LINKS ...): one test program of all .cc files of a folder under tests/.
function(iuran_test name folder)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc)
  if(sources)
    add_executable(${name} ${sources})
    target_link_libraries(${name} PRIVATE iuran_options GTest::gmock GTest::gtest_main ${ARGN})
    add_test(NAME ${name} COMMAND ${name})
  endif()
endfunction()
