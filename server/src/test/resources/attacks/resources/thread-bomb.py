# Starts threads without end.
# ends: SCRIPT_FAILED: RuntimeError at line *: can't start new thread
# ends: WORKER_CRASHED: *
threading.stack_size(64 << 10)
while True:
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
