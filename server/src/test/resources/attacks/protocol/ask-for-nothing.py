# Sends what the protocol does not know: ask for nothing.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'ask', 'id': 1})
time.sleep(60)
