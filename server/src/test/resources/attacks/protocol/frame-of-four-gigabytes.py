# Announces a message that is larger than the memory.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
raw(struct.pack('>II', 0xffffffff, 0xffffffff) * 100)
time.sleep(60)
