# Sends what the protocol does not know: no type.
# ends: WORKER_DIED: The worker died while it ran the code.
send({})
time.sleep(60)
