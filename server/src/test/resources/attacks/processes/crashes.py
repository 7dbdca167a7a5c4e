# Ends by a broken pointer.
# ends: WORKER_CRASHED: The worker died while it ran the code.
ctypes.string_at(0)
