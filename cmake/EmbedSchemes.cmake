# cmake -DOUT=FILE.cc -DDOCUMENTS=a.json|b.json -P EmbedSchemes.cmake
# Writes the code behind ledger/rules/shipped_schemes.h: each document as a string literal.
string(REPLACE "|" ";" DOCUMENTS "${DOCUMENTS}")
set(rows "")
foreach(path IN LISTS DOCUMENTS)
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} text)
  string(APPEND rows "      {events::SchemeId(\"${name}\"), R\"document(${text})document\"},\n")
endforeach()
file(WRITE ${OUT} "// Generated from ledger/tariffs by cmake/EmbedSchemes.cmake.
#include \"ledger/rules/shipped_schemes.h\"

namespace iuran::rules {

const std::vector<ShippedScheme>& ShippedSchemes() {
  static const std::vector<ShippedScheme> kSchemes = {
${rows}  };
  return kSchemes;
}

}  // namespace iuran::rules
")
