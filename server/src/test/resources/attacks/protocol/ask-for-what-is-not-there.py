# Sends what the protocol does not know: ask for what is not there.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'ask', 'id': 1, 'what': 'keys'})
time.sleep(60)
