# Sends a message without a header.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
raw(struct.pack('>II', 0, 0))
time.sleep(60)
