"""The 17 points of a body in the order of PoseNet's maps, and the bones between them in that of its mid offsets."""

POINTS = (
    *("nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow"),
    *("right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee"),
    *("left_ankle", "right_ankle"),
)
BONES = tuple(  # the point nearer to the nose, and the other one
    (POINTS.index(near), POINTS.index(far))
    for near, far in (
        *(("nose", "left_eye"), ("left_eye", "left_ear"), ("nose", "right_eye"), ("right_eye", "right_ear")),
        *(("nose", "left_shoulder"), ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist")),
        *(("left_shoulder", "left_hip"), ("left_hip", "left_knee"), ("left_knee", "left_ankle")),
        *(("nose", "right_shoulder"), ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist")),
        *(("right_shoulder", "right_hip"), ("right_hip", "right_knee"), ("right_knee", "right_ankle")),
    )
)
