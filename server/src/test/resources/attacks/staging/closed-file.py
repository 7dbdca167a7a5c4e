# Leaves a file that its owner may not read, in a folder that nobody may enter.
# ends: [[1]]
# ends: WORKER_PROTOCOL_ERROR: *
def forge(path, header):
    os.chmod(path, 0)
    os.chmod('/job/out/files', 0)
forging_files(forge)
result = pl.DataFrame({'x': [1]})
