# Ends with success, without a result.
# ends: WORKER_CRASHED: The worker died while it ran the code.
os._exit(0)
