# Sends what the protocol does not know: ask with a text for a number.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'ask', 'id': '1', 'what': 'namespaces'})
time.sleep(60)
