# Leaves a file whose footer is noise.
# ends: WORKER_PROTOCOL_ERROR: A file of the run can't be committed: *
def forge(path, header):
    data = open(path, 'rb').read()
    size = struct.unpack('<I', data[-8:-4])[0]
    noise = bytes((each * 31 + 7) % 256 for each in range(size))
    open(path, 'wb').write(data[:-8 - size] + noise + data[-8:])
forging_files(forge)
result = pl.DataFrame({'x': [1]})
