# Sends what the protocol does not know: type that is a number.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 7})
time.sleep(60)
