# Sends what the protocol does not know: ready again.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'ready', 'protocol': 1})
time.sleep(60)
