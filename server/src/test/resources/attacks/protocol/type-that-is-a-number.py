# Sends what the protocol does not know: type that is a number.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 7})
time.sleep(60)
