# Sends what the protocol does not know: unknown type.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'evil'})
time.sleep(60)
