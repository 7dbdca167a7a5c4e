# Sends what the protocol does not know: not an object.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send([1])
time.sleep(60)
