# Sends what the protocol does not know: ask for what is not there.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'ask', 'id': 1, 'what': 'keys'})
time.sleep(60)
