// The program `iuran`.
#include "tools/program.h"

int main(int argc, char** argv) { return iuran::tools::RunProgram(argc, argv); }
