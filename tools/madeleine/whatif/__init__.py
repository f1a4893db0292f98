"""What a camera would have said with other settings: logged frames, answered again."""
