package ticketing.api.demo;

/** The people of the demo. Their passwords are no secret: everybody who can start the demo may read them here. */
enum DemoPerson {
    ORGANIZER("organizer@demo.example", "demo-organizer-1", "Olivia Organizer", "ORGANIZER"),
    BUYER_1("buyer1@demo.example", "demo-buyer-1", "Ben Buyer", "CUSTOMER"),
    BUYER_2("buyer2@demo.example", "demo-buyer-2", "Bella Buyer", "CUSTOMER"),
    ANALYST("analyst@demo.example", "demo-analyst-1", "Ana Analyst", "ANALYST");

    private final String email;
    private final String password;
    private final String fullName;
    private final String role;

    DemoPerson(String email, String password, String fullName, String role) {
        this.email = email;
        this.password = password;
        this.fullName = fullName;
        this.role = role;
    }

    String email() {
        return email;
    }

    String password() {
        return password;
    }

    String fullName() {
        return fullName;
    }

    String role() {
        return role;
    }
}
