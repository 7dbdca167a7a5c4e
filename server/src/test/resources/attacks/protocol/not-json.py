# Sends what the protocol does not know: not json.
# ends: WORKER_DIED: The worker died while it ran the code.
send(b'hello')
time.sleep(60)
