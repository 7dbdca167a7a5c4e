# Takes memory by shared maps.
# ends: OUT_OF_MEMORY: *
# ends: SCRIPT_FAILED: *
# ends: WORKER_CRASHED: *
import mmap
kept = []
while True:
    view = mmap.mmap(-1, 16 << 20)
    view.write(bytes(16 << 20))
    kept.append(view)
