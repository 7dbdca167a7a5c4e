# Ends, while a child of it keeps the conversation open and silent.
# ends: WORKER_CRASHED: The worker died while it ran the code.
descriptor = channel()._writer._descriptor
if os.fork() == 0:
    os.setsid()
    while True:
        time.sleep(1)
os._exit(1)
