"""What the chip makes of a kmodel: the KPU, its memories, the layers of the CPU, the time they take."""
