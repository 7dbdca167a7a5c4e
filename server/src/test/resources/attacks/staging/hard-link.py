# Leaves a file that has another name too, by which it could be changed later.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
forging_files(lambda path, header: os.link(path, '/job/out/another'))
result = pl.DataFrame({'x': [1]})
