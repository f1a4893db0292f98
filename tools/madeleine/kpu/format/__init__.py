"""kmodel files, byte by byte: layers, registers, reading and writing. Computes nothing."""
