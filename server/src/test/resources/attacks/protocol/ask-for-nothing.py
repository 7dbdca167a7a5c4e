# Sends what the protocol does not know: ask for nothing.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'ask', 'id': 1})
time.sleep(60)
