# A value that is repeated until it fills the memory.
# ends: OUT_OF_MEMORY: *
# ends: *FAILED: *
# ends: ENGINE_ERROR: *
# ends: WORKER_CRASHED: *
# ends: TIMED_OUT: *
result = pl.select(pl.lit('x' * 1000).repeat_by(2**31 - 1)).lazy().explode('literal')
