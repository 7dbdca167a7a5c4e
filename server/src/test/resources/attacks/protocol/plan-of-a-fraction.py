# Sends what the protocol does not know: plan of a fraction.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'ask', 'id': 1, 'what': 'plan', 'table': 0.5})
time.sleep(60)
