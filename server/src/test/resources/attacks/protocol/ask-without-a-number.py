# Sends what the protocol does not know: ask without a number.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'ask', 'what': 'namespaces'})
time.sleep(60)
