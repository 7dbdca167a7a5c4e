# Sends what the protocol does not know: ask for a name that is a tree.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'ask', 'id': 1, 'what': 'table', 'name': {'a': []}})
time.sleep(60)
