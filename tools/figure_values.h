// Values of figures of different kinds: taken from one another, added up and printed.
#pragma once

#include "projections/standing.h"
#include "tools/report.h"

namespace iuran::tools {

using projections::FigureValue;

// after - before; empty text where the figure is a word.
FigureValue Difference(const FigureValue& before, const FigureValue& after);
// Adds an amount or a count to a sum that is one too, or empty text still; a word adds nothing.
void AddValue(FigureValue& sum, const FigureValue& value);
// As the next cell of the report.
void PrintValue(const FigureValue& value, Report& report);

}  // namespace iuran::tools
