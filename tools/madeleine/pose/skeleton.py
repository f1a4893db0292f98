"""The 17 points of a body in the order of PoseNet's maps, and the bones between them in that of its mid offsets."""

from madeleine.device import pose

POINTS = (
    *("nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow"),
    *("right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee"),
    *("left_ankle", "right_ankle"),
)
BONES = pose.BONES  # the point nearer to the nose, and the other one
