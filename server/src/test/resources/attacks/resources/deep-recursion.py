# Calls itself until the stack of the process ends.
# ends: WORKER_CRASHED: *
# ends: TIMED_OUT: *
# ends: SCRIPT_FAILED: *
# ends: OUT_OF_MEMORY: *
sys.setrecursionlimit(10**9)
def deeper(value):
    return [deeper(value)] + list(map(deeper, [value]))
deeper(1)
