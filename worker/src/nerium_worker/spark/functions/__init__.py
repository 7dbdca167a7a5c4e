"""Functions of values of one row, by the names that plans give them.

May import expr, and the modules that scope imports.
"""

from nerium_worker.spark.functions import boolean, lists, numeric, strings, structs, temporal

ELEMENTWISE = {
    **boolean.FUNCTIONS,
    **lists.FUNCTIONS,
    **numeric.FUNCTIONS,
    **strings.FUNCTIONS,
    **structs.FUNCTIONS,
    **temporal.FUNCTIONS,
}
