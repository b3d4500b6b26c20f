//! Whose pages a path belongs to, so that a refusal stands in the frame that its reader knows.

/// The frame around a page of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// Applicants and users of institutions.
    Public,
    /// The desks of the prefectures and the secretariat.
    Staff,
}

/// The first segments of the paths that only staff use.
const STAFF_ROOMS: [&str; 3] = ["staff", "review", "operate"];

impl Frame {
    pub(super) fn of(path: &str) -> Self {
        let room = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if STAFF_ROOMS.contains(&room) { Self::Staff } else { Self::Public }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_segment_says_whose_page_it_is() {
        for staff in ["/staff/sign-in", "/review", "/review/API-00001750/reject", "/operate/x", "//review/x"]
        {
            assert_eq!(Frame::of(staff), Frame::Staff, "{staff}");
        }
        for public in ["/", "/help", "/reviews", "/application/review", "/sign-in", ""] {
            assert_eq!(Frame::of(public), Frame::Public, "{public}");
        }
    }
}
