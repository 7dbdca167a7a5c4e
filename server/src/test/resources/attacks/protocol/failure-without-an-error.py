# Sends what the protocol does not know: failure without an error.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'failed', 'kind': 'script'})
time.sleep(60)
