# Sends what the protocol does not know: not an object.
# ends: WORKER_DIED: The worker died while it ran the code.
send([1])
time.sleep(60)
