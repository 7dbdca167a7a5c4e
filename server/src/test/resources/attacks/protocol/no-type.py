# Sends what the protocol does not know: no type.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({})
time.sleep(60)
