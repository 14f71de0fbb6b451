"""Names, places and words that made-up rows are put together from. Nothing here was copied from anyone's data.

Telephone numbers lie in ranges that the regulators keep free for films and books (NANPA 555-01xx, Ofcom, Bundesnetzagentur, ARCEP,
PTS, ACMA, ComReg), e-mail addresses in the domains of RFC 2606, network addresses in those of RFC 5737, 3849 and 7042: none of them
reaches a person. In a mask `#` is a digit and `@` a capital letter. A family name stands in one nation only, so that a person's
address is nobody else's; the tests hold that.
"""

from __future__ import annotations

from typing import NamedTuple


class City(NamedTuple):
    name: str
    region: str
    postcode: str
    phone: str
    latitude: float
    longitude: float
    zone: str


class Nation(NamedTuple):
    code: str
    code3: str
    name: str
    currency: str
    language: str
    women: str
    men: str
    families: str
    cities: tuple[City, ...]
    streets: str
    house: str
    forms: str


NATIONS = (
    Nation(
        *("US", "USA", "United States", "USD", "en"),
        "Abigail Amara Ashley Brianna Camila Charlotte Daniela Destiny Elena Emily Grace Hannah Imani Isabella Jasmine Jennifer Jessica "
        "Kayla Linh Madison Maria Megan Naomi Olivia Priya Rachel Samantha Sofia Taylor Valentina Vanessa Zoe",
        "Aaron Andre Anthony Brandon Carlos Christopher Daniel David Diego Dylan Ethan Gabriel Isaiah Jacob James Jamal Jason Joshua Juan "
        "Kevin Logan Luis Marcus Mason Matthew Michael Miguel Nathan Rohan Tyler William Xavier",
        "Adams Alvarez Anderson Bailey Baker Brooks Bryant Castillo Chavez Coleman Collins Cooper Cruz Davis Diaz Edwards Evans Flores "
        "Foster García Gomez Gonzalez Gutierrez Hayes Henderson Hernández Hoang Jackson Jefferson Jenkins Johnson Kowalski Lopez Martinez "
        "Mendoza Miller Mitchell Morales Moreno Nelson Nguyen Ortiz Parker Patel Perez Perry Peterson Powell Ramirez Ramos Reyes "
        "Richardson Rivera Robinson Rodriguez Rogers Ruiz Russell Sanchez Sanders Santiago Shah Simmons Torres Tran Vargas Vasquez "
        "Washington Watkins Wheeler Williams Wilson Woods Yang Young Zimmerman",
        (
            City("New York", "NY", "100##", "+1 212-555-01##", 40.71, -74.01, "America/New_York"),
            City("Chicago", "IL", "606##", "+1 312-555-01##", 41.88, -87.63, "America/Chicago"),
            City("Los Angeles", "CA", "900##", "+1 213-555-01##", 34.05, -118.24, "America/Los_Angeles"),
            City("Houston", "TX", "770##", "+1 713-555-01##", 29.76, -95.37, "America/Chicago"),
            City("Seattle", "WA", "981##", "+1 206-555-01##", 47.61, -122.33, "America/Los_Angeles"),
            City("Denver", "CO", "802##", "+1 303-555-01##", 39.74, -104.99, "America/Denver"),
            City("Atlanta", "GA", "303##", "+1 404-555-01##", 33.75, -84.39, "America/New_York"),
            City("Boston", "MA", "021##", "+1 617-555-01##", 42.36, -71.06, "America/New_York"),
        ),
        "Oak Street;Maple Avenue;Main Street;Washington Avenue;Cedar Lane;Lake Drive;Hill Road;Park Avenue;Sunset Boulevard;Elm Street;"
        "Lincoln Street;River Road;2nd Street;Church Street;Pine Court;Madison Avenue",
        "{number} {street}",
        "Inc.;LLC;Corp.",
    ),
    Nation(
        *("GB", "GBR", "United Kingdom", "GBP", "en"),
        "Aisha Alice Amelia Beatrice Bethany Charlotte Chloe Eleanor Ella Emma Fiona Florence Freya Georgia Harriet Holly Imogen Isla "
        "Jade Katie Lucy Martha Matilda Millie Nadia Phoebe Poppy Rosie Ruby Saira Sophie Yasmin",
        "Adam Alfie Angus Archie Arjun Ben Callum Charlie Dominic Edward Ewan Finlay Freddie George Hamish Harry Imran Jack Joseph Leo "
        "Lewis Noah Oliver Oscar Owen Rhys Samuel Stuart Thomas Toby Usman William",
        "Ahmed Akhtar Armstrong Atkinson Barker Barnes Begum Bell Bennett Blackwood Booth Bradley Butcher Campbell Carter Chambers "
        "Chapman Clarke Cole Davies Dawson Dixon Ellis Fisher Fletcher Fraser Gibson Graham Griffiths Hamilton Harding Harrison Hartley "
        "Holmes Hughes Hussain Jarvis Kaur Khan Kirk Lloyd Macdonald Marsh Mason McKenzie Morgan Morrison Owens Palmer Pearce Pemberton "
        "Phillips Poole Pritchard Reid Robertson Saunders Sharpe Shaw Singh Spencer Stewart Stone Sutton Thornton Turner Walker Wallace "
        "Walsh Watson Webb Whitfield Wilkinson Wood Wright Yates",
        (
            City("London", "Greater London", "E# #@@", "+44 20 7946 0###", 51.51, -0.13, "Europe/London"),
            City("Manchester", "Greater Manchester", "M# #@@", "+44 161 496 0###", 53.48, -2.24, "Europe/London"),
            City("Birmingham", "West Midlands", "B# #@@", "+44 121 496 0###", 52.48, -1.90, "Europe/London"),
            City("Leeds", "West Yorkshire", "LS# #@@", "+44 113 496 0###", 53.80, -1.55, "Europe/London"),
            City("Bristol", "Bristol", "BS# #@@", "+44 117 496 0###", 51.45, -2.59, "Europe/London"),
            City("Edinburgh", "Scotland", "EH# #@@", "+44 131 496 0###", 55.95, -3.19, "Europe/London"),
            City("Cardiff", "Wales", "CF## #@@", "+44 29 2018 0###", 51.48, -3.18, "Europe/London"),
        ),
        "High Street;Station Road;Church Lane;Victoria Road;Mill Lane;Queen Street;Kings Road;Albert Street;The Crescent;Park Road;"
        "Orchard Close;Manor Drive;Green Lane;York Road;Bridge Street;Chapel Street",
        "{number} {street}",
        "Ltd;PLC;LLP",
    ),
    Nation(
        *("DE", "DEU", "Germany", "EUR", "de"),
        "Anja Anna Ayşe Birgit Clara Claudia Elif Emilia Eva Franziska Gisela Greta Hanna Heike Ines Johanna Jule Katharina Kerstin Lara "
        "Lena Leonie Lina Magdalena Marlene Mia Nele Petra Sabine Sarah Ursula Zeynep",
        "Ahmet Andreas Ben Bernd Björn Christian Dieter Elias Emre Felix Finn Florian Friedrich Günter Hannes Jan Jannik Jonas Jürgen Kai "
        "Klaus Leon Lukas Mehmet Moritz Niklas Paul Rainer Sören Stefan Torsten Uwe",
        "Albrecht Arslan Bauer Becker Berger Böhm Brandt Braun Çelik Demir Dietrich Engel Fischer Frank Friedrichs Fuchs Groß Günther "
        "Haas Hahn Hartmann Heinrich Herrmann Hoffmann Hofmann Huber Jäger Jansen Kaiser Kaya Keller Klein Koch Köhler König Krämer Kraus "
        "Krüger Kühn Lang Lehmann Lorenz Ludwig Maier Mayer Meyer Möller Müller Neumann Nowak Öztürk Peters Pfeiffer Richter Roth Schäfer "
        "Schmidt Schmitz Schneider Scholz Schröder Schubert Schulte Schulz Schumacher Schuster Schwarz Sommer Stein Vogel Wagner Weber "
        "Weiß Wolf Yıldız Ziegler",
        (
            City("Berlin", "Berlin", "10###", "+49 30 23125###", 52.52, 13.40, "Europe/Berlin"),
            City("Hamburg", "Hamburg", "20###", "+49 40 66969###", 53.55, 9.99, "Europe/Berlin"),
            City("München", "Bayern", "80###", "+49 89 99998###", 48.14, 11.58, "Europe/Berlin"),
            City("Köln", "Nordrhein-Westfalen", "506##", "+49 221 4710###", 50.94, 6.96, "Europe/Berlin"),
            City("Frankfurt am Main", "Hessen", "603##", "+49 69 90009###", 50.11, 8.68, "Europe/Berlin"),
        ),
        "Hauptstraße;Bahnhofstraße;Gartenstraße;Schulstraße;Lindenweg;Goethestraße;Schillerstraße;Bergstraße;Am Markt;Kirchgasse;Rosenweg;"
        "Birkenallee;Mühlenweg;Ringstraße;Waldstraße;Mozartstraße",
        "{street} {number}",
        "GmbH;AG;KG;GmbH & Co. KG",
    ),
    Nation(
        *("FR", "FRA", "France", "EUR", "fr"),
        "Agathe Alice Amandine Amina Anaïs Aurélie Camille Céline Chloé Clémence Élise Émilie Fatima Françoise Hélène Inès Jeanne "
        "Juliette Léa Louise Lucie Manon Margaux Mathilde Nathalie Noémie Océane Pauline Salomé Sandrine Yasmine Zoé",
        "Adrien Alexandre Amine Antoine Arthur Baptiste Benoît Clément Damien Étienne Fabien François Gaël Guillaume Hugo Jérôme Jules "
        "Julien Karim Laurent Léo Loïc Lucas Mathieu Maxime Mehdi Nicolas Olivier Raphaël Théo Thierry Youssef",
        "Aubert Barbier Bélanger Benali Berthier Bertrand Blanchard Bonnet Boucher Bouvier Carpentier Chevalier Clément Cousin Delacroix "
        "Deschamps Diallo Dubois Dufour Dumas Dumont Dupont Durand Duval Fabre Faure Fontaine Fournier Garnier Gautier Gérard Girard "
        "Giraud Guérin Haddad Henry Jacquet Joly Lacroix Lambert Lebrun Leclerc Lecomte Lefebvre Legrand Lemaire Lemoine Leroux Leroy "
        "Lévêque Mansouri Marchand Martel Masson Mercier Meunier Moreau Morel Moulin Noël Perrin Petit Picard Poirier Renard Renaud "
        "Richard Rolland Rousseau Roussel Roux Schmitt Simonet Thomas Traoré Vidal",
        (
            City("Paris", "Île-de-France", "750##", "+33 1 99 00 ## ##", 48.86, 2.35, "Europe/Paris"),
            City("Nantes", "Pays de la Loire", "440##", "+33 2 61 91 ## ##", 47.22, -1.55, "Europe/Paris"),
            City("Strasbourg", "Grand Est", "670##", "+33 3 53 01 ## ##", 48.57, 7.75, "Europe/Paris"),
            City("Lyon", "Auvergne-Rhône-Alpes", "690##", "+33 4 65 71 ## ##", 45.76, 4.84, "Europe/Paris"),
            City("Bordeaux", "Nouvelle-Aquitaine", "330##", "+33 5 36 49 ## ##", 44.84, -0.58, "Europe/Paris"),
        ),
        "rue de la République;rue Victor Hugo;avenue Jean Jaurès;rue Pasteur;place de l'Église;rue des Écoles;boulevard Gambetta;"
        "rue du Moulin;allée des Tilleuls;rue Émile Zola;rue Saint-Michel;quai de la Gare;chemin Vert;rue Nationale;rue du Château;"
        "cours Lafayette",
        "{number} {street}",
        "SARL;SA;SAS",
    ),
    Nation(
        *("SE", "SWE", "Sweden", "SEK", "sv"),
        "Agnes Alma Alva Annika Astrid Birgitta Ebba Elsa Elin Filippa Frida Gunilla Hedda Ida Ingrid Jenny Julia Kajsa Karin Klara Leila "
        "Linnéa Lovisa Maja Malin Moa Saga Selma Signe Svea Tove Tuva",
        "Ali Anders Axel Björn Carl Elias Emil Erik Filip Fredrik Göran Gustav Hampus Henrik Hugo Ibrahim Isak Jesper Johan Kalle Lars "
        "Linus Love Ludvig Magnus Mats Nils Olle Oskar Pär Rasmus Viktor",
        "Abdi Ahlström Andersson Arvidsson Axelsson Bengtsson Berg Berggren Bergström Björk Blomqvist Carlsson Dahl Dahlberg Danielsson "
        "Eklund Ekström Eliasson Engström Eriksson Forsberg Fransson Fredriksson Gustafsson Hallberg Hansson Hedlund Henriksson "
        "Hermansson Holm Holmberg Holmgren Isaksson Jakobsson Jansson Johansson Jonsson Karlsson Larsson Lind Lindberg Lindgren Lindholm "
        "Lindqvist Lindström Lund Lundberg Lundgren Lundin Lundqvist Lundström Löfgren Magnusson Martinsson Mattsson Månsson Mohamed "
        "Mårtensson Nilsson Norberg Nordin Nordström Nyberg Nyström Olofsson Olsson Persson Pettersson Samuelsson Sandberg Sjöberg "
        "Sundberg Söderberg Åberg Åkesson Öberg",
        (
            City("Stockholm", "Stockholms län", "11# ##", "+46 8 465 004 ##", 59.33, 18.07, "Europe/Stockholm"),
            City("Göteborg", "Västra Götalands län", "41# ##", "+46 31 390 06 ##", 57.71, 11.97, "Europe/Stockholm"),
            City("Malmö", "Skåne län", "21# ##", "+46 40 628 04 ##", 55.60, 13.00, "Europe/Stockholm"),
        ),
        "Storgatan;Kungsgatan;Drottninggatan;Skolgatan;Kyrkogatan;Björkvägen;Ringvägen;Järnvägsgatan;Industrigatan;Parkvägen;Nygatan;"
        "Åsgatan;Lillgatan;Solvägen;Granvägen;Hamngatan",
        "{street} {number}",
        "AB;HB;Handelsbolag",
    ),
    Nation(
        *("AU", "AUS", "Australia", "AUD", "en"),
        "Alana Amelie Annabelle Ava Brooke Caitlin Charli Claire Eden Emilie Evie Georgina Hayley Indiana Ivy Jacinta Keira Kirra Lola "
        "Mackenzie Matilda Mei Mila Paige Piper Sienna Skye Stella Summer Tahlia Willow Zara",
        "Angus Archer Bailey Banjo Beau Bradley Brett Cameron Cooper Darcy Declan Flynn Harrison Hayden Hunter Jai Jarrah Jayden Jett "
        "Kane Lachlan Liam Mitchell Nikolai Patrick Ryder Shane Spencer Tyson Wei Xavier Zachary",
        "Abbott Aldridge Ashford Bancroft Bannister Barton Beaumont Birrell Bligh Bowden Brisbane Burgess Cartwright Chandler Chen "
        "Costello Crawford Curtin Dempsey Doyle Drummond Eastwood Fairfax Fanning Farrell Flinders Gallagher Giordano Goddard Goulding "
        "Hackett Hargreaves Hawke Hayward Herbert Hinchcliffe Holloway Hopkins Huang Irwin Jamieson Joyce Keating Kidman Lawson Leighton "
        "Liu Loughlin Macarthur Mackay Mahoney Menzies Merrick Monash Nicolaou Oakley Papadopoulos Paterson Pickering Plummer Prescott "
        "Quinlan Radcliffe Rosenberg Rossi Sheridan Slattery Stanton Thorpe Trevelyan Underwood Wang Whelan Whitlam Zhang Zhou",
        (
            City("Sydney", "NSW", "20##", "+61 2 5550 ####", -33.87, 151.21, "Australia/Sydney"),
            City("Melbourne", "VIC", "30##", "+61 3 5550 ####", -37.81, 144.96, "Australia/Melbourne"),
            City("Brisbane", "QLD", "40##", "+61 7 5550 ####", -27.47, 153.03, "Australia/Brisbane"),
            City("Perth", "WA", "60##", "+61 8 5550 ####", -31.95, 115.86, "Australia/Perth"),
        ),
        "George Street;Pitt Street;Collins Street;Beach Road;Wattle Street;Banksia Avenue;Ocean Parade;Railway Terrace;Macquarie Street;"
        "King William Road;Gum Tree Close;Bay Street;Flinders Lane;Jacaranda Drive;Hunter Street;Esplanade",
        "{number} {street}",
        "Pty Ltd;Ltd",
    ),
    Nation(
        *("IE", "IRL", "Ireland", "EUR", "en"),
        "Aisling Aoife Bríd Caoimhe Ciara Clodagh Deirdre Éabha Eimear Fionnuala Gráinne Kamila Maeve Máire Mairéad Maja Muireann Niamh "
        "Nora Nuala Oonagh Orla Róisín Sadhbh Saoirse Shauna Síle Sinéad Siobhán Sorcha Una Zuzanna",
        "Aidan Barry Bartosz Brendan Cathal Cian Ciarán Colm Conor Cormac Darragh Diarmuid Donal Dylan Eoghan Eoin Fergal Fionn Jakub "
        "Kieran Lorcan Malachy Niall Odhrán Oisín Padraig Ronan Ruairí Seán Séamus Tadhg Tomasz",
        "Barrett Boyle Brady Breen Brennan Buckley Burke Byrne Cahill Callaghan Carroll Casey Coffey Collison Connolly Corcoran Coughlan "
        "Crowley Cullen Curran Daly Delaney Devlin Dillon Doherty Dolan Donnelly Duffy Dunne Egan Fahy Fallon Feeney Finnegan Fitzgerald "
        "Flaherty Flanagan Fogarty Foley Geraghty Gleeson Healy Hegarty Hennessy Higgins Hogan Hurley Kavanagh Keegan Kennedy Kenny Lally "
        "Lynch Madigan Maguire McCarthy McGrath McLoughlin Molloy Moran Mulligan Murphy Nolan Nowakowski O'Brien O'Connor O'Donnell "
        "O'Neill O'Reilly O'Sullivan Quigley Quinn Rafferty Redmond Sheehan Wiśniewski",
        (
            City("Dublin", "Leinster", "D0# @@##", "+353 20 912 ####", 53.35, -6.26, "Europe/Dublin"),
            City("Cork", "Munster", "T12 @@##", "+353 20 914 ####", 51.90, -8.47, "Europe/Dublin"),
            City("Galway", "Connacht", "H91 @@##", "+353 20 916 ####", 53.27, -9.05, "Europe/Dublin"),
        ),
        "Main Street;O'Connell Street;Patrick Street;Shop Street;Quay Street;Harbour Road;Abbey Street;Church Road;College Green;"
        "Mill Road;The Green;Seaview Terrace;Castle Avenue;Grafton Street;Barrack Street;Bridge Road",
        "{number} {street}",
        "Ltd;DAC;PLC",
    ),
)

DOMAINS = ("example.com", "example.org", "example.net")
COMPANY_FIRST = (
    "Alpine Amber Anchor Aurora Beacon Blue Bright Cedar Central Clear Compass Copper Coral Crescent Crown Delta Eagle East Ember "
    "Evergreen Falcon First Global Golden Granite Green Harbor Horizon Iron Island Lake Lighthouse Maple Meridian Metro Modern Mountain "
    "North Nova Ocean Olive Orchard Pacific Phoenix Pine Pioneer Prime Quantum Red River Rock Royal Sapphire Silver Solid South Spring "
    "Sterling Summit Sun Swift Terra Titan Union United Valley Vector Vista West White Willow Wind"
)
COMPANY_SECOND = (
    "Analytics Bakery Bikes Books Builders Catering Chemicals Clinics Coffee Consulting Controls Design Digital Electric Energy "
    "Engineering Farms Fashion Finance Foods Freight Furniture Games Garden Glass Hardware Health Homes Hotels Insurance Labs Legal "
    "Lighting Logistics Machines Media Medical Metals Mobility Motors Optics Outdoor Packaging Paper Partners Pharma Plastics Power Print "
    "Properties Retail Robotics Security Services Software Solar Sports Steel Studios Supplies Systems Technologies Textiles Tools Toys "
    "Trading Travel Water"
)
PRODUCT_FIRST = (
    "Classic Compact Cordless Deluxe Digital Ergonomic Essential Everyday Family Foldable Handmade Heavy-Duty Insulated Large Light Mini "
    "Modular Organic Outdoor Portable Premium Quiet Rechargeable Recycled Retro Rugged Slim Small Smart Soft Solar Travel Universal "
    "Vintage Waterproof Wireless"
)
PRODUCT_SECOND = (
    "Air Alpine Core Duo Eco Edge Flex Go Lite Max Metro Neo Nordic Nova One Orbit Plus Prime Pro Pulse Studio Terra Trail Urban"
)
PRODUCT_THIRD = {  # what it is, by the category that it belongs to
    "Home & Kitchen": "Blender Bowl Grinder Kettle Knife Mixer Mug Pan Thermos Towel Tray",
    "Electronics": "Cable Camera Charger Headphones Keyboard Monitor Mouse Radio Speaker",
    "Furniture": "Blanket Chair Cushion Desk Lamp Mirror Pillow Rack Rug Shelf Stool Table",
    "Tools": "Bracket Drill Fan Hammer Heater Hook Ladder Lock Saw Scale Toolbox",
    "Clothing": "Belt Coat Gloves Hat Jacket Scarf Shirt Shoes Watch",
    "Garden": "Basket Broom Bucket Hose Planter Umbrella Vase",
    "Office": "Case Clock Folder Notebook Pen Stapler",
    "Outdoor": "Backpack Bottle Cooler Tent Tripod",
}
BRANDS = (
    "Alvera Bexo Corvin Dunlow Elmora Fjellvik Gantry Hollis Ivaro Jorvik Kestra Lumora Mirado Norvel Ostra Pellar Quorra Ravel Solvik "
    "Tamaro"
)
COLOURS = "black;white;grey;navy;red;green;blue;beige;brown;yellow;orange;purple"
DEPARTMENTS = "Sales;Finance;Operations;Human Resources;IT;Marketing;Customer Service;Logistics;Legal;Purchasing;Research;Quality"
JOBS = (
    "Accountant;Account Manager;Analyst;Buyer;Clerk;Controller;Data Engineer;Designer;Driver;Electrician;Head of Sales;HR Partner;Lawyer;"
    "Mechanic;Nurse;Office Manager;Operator;Planner;Product Manager;Project Manager;Sales Representative;Software Developer;Support Agent;"
    "Team Lead;Technician;Warehouse Associate"
)
OPENINGS = (
    "Customer asked for delivery after 5 pm;Parcel was left with the neighbour;Invoice address differs from delivery address;"
    "Called twice, no answer;Please ring the bell at the side entrance;Wants a quote for a larger quantity;"
    "Returned one item, box was damaged;Pays by bank transfer;Changed the size on request;Gift wrapping requested;"
    "Complaint about a missing part;Asked for the data sheet;Renewal is due next quarter;Discount agreed by the sales team;"
    "Contact person is on leave;Second reminder was sent;Goods were picked up in the shop;Replacement ordered from the supplier;"
    "Address was corrected;Shipment split into two parcels;Bitte vor Ort anrufen;Rechnung an die Zentrale;Livraison en semaine seulement;"
    "Leverans via ombud"
)
CLOSINGS = (
    "to be confirmed;see attached mail;no further action needed;follow up next week;done;credit note issued;waiting for feedback;"
    "approved by the team lead;checked with the warehouse;refund in progress;handed over to support;urgent;resolved on the phone;as agreed;"
    "second attempt on Monday;documents are complete;price unchanged;see ticket"
)
FEATURES = (
    "Made of recycled material;Easy to clean;Two years of warranty;Lightweight and sturdy;Comes in a set of two;Assembled in minutes;"
    "New version with longer battery life;Bestseller of the season;Limited edition;Certified for outdoor use;Spare parts available;"
    "Standard size;With carrying case;Energy saving;Hand finished;Monthly plan;Full service;Basic coverage;Fixed term;For up to five users"
)
USES = (
    "for daily use;for home and office;for beginners;for professionals;suitable for children;for indoor use;for large rooms;"
    "ideal as a gift;replaces the previous model;made to order;ships within two days;in several colours;no minimum order"
)
WORDS = (
    "amber birch cedar delta ember fjord grove harbor island jasper kestrel lagoon meadow nectar orchid pebble quartz river saddle timber "
    "umber valley willow yarrow zephyr anchor breeze canyon desert echo forest glacier heron indigo juniper lantern maple nimbus opal "
    "prairie"
)
TYPES = "standard;basic;premium;internal;external;partner"
STATES = {
    "order": "new;open;paid;shipped;delivered;completed;cancelled",
    "payment": "pending;paid;refunded;failed",
    "task": "open;in_progress;done;cancelled",
    "person": "active;inactive;blocked",
}
LANGUAGES = "en;de;fr;sv"
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
    "|Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    "|Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/604.1"
)
