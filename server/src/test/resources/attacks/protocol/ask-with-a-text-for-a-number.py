# Sends what the protocol does not know: ask with a text for a number.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'ask', 'id': '1', 'what': 'namespaces'})
time.sleep(60)
