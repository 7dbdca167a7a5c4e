# Sends what the protocol does not know: ask for a name that is a tree.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'ask', 'id': 1, 'what': 'table', 'name': {'a': []}})
time.sleep(60)
