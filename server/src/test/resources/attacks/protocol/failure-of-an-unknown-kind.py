# Sends what the protocol does not know: failure of an unknown kind.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'failed', 'kind': 'evil', 'error': 'x'})
time.sleep(60)
