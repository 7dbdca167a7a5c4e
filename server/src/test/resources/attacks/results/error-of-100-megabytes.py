# Raises an error of a hundred megabytes.
# ends: SCRIPT_FAILED: ValueError at line *
# ends: OUT_OF_MEMORY: *
# ends: TIMED_OUT: *
raise ValueError('x' * 100_000_000)
