# Never gives the interpreter back.
# ends: TIMED_OUT: *
# ends: OUT_OF_MEMORY: *
10 ** 10 ** 9
