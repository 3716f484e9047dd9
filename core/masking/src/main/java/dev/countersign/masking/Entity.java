package dev.countersign.masking;

/// What a detector finds. The name is what stands in its place: `[CREDIT_CARD]`.
///
/// The first [#CONTEXTUAL] can be told by the words around them: their ordinal is their bit in a
/// mask of contexts ([Words]).
public enum Entity {
    CREDIT_CARD,
    IBAN,
    US_SSN,
    EMAIL,
    PHONE,
    US_ITIN,
    US_EIN,
    ABA_ROUTING,
    US_MBI,
    US_NPI,
    US_DEA,
    CA_SIN,
    UK_NHS,
    UK_NINO,
    FR_NIR,
    DE_STEUER_ID,
    DE_RVNR,
    IT_CODICE_FISCALE,
    ES_DNI,
    ES_NIE,
    NL_BSN,
    BE_NN,
    PL_PESEL,
    SE_PERSONNUMMER,
    FI_HETU,
    NO_FNR,
    DK_CPR,
    CH_AHV,
    PT_NIF,
    IE_PPS,
    BR_CPF,
    BR_CNPJ,
    IN_AADHAAR,
    IN_PAN,
    AU_TFN,
    AU_MEDICARE,
    AU_ABN,
    SG_NRIC_FIN,
    CN_RIC,
    KR_RRN,
    JP_MY_NUMBER,
    ZA_ID,
    TR_TCKN,
    MX_CURP,
    TH_TNIN,
    IL_ID,
    CRYPTO,
    VIN,
    IMEI,
    IP(false),
    MAC(false),
    DOB(false),
    PASSPORT,
    DRIVER_LICENCE,
    BANK_ACCOUNT,
    PASSWORD,
    SECRET,
    AWS_SECRET_KEY,
    AZURE_KEY,
    COOKIE,
    AUTHORIZATION,
    CARD_TRACK1,
    CARD_TRACK2,
    PASSPORT_MRZ,
    AWS_ACCESS_KEY,
    GITHUB_TOKEN,
    NPM_TOKEN,
    GITLAB_TOKEN,
    SLACK_TOKEN,
    STRIPE_KEY,
    GOOGLE_API_KEY,
    GOOGLE_OAUTH,
    OPENAI_KEY,
    ANTHROPIC_KEY,
    HUGGINGFACE_TOKEN,
    VAULT_TOKEN,
    PYPI_TOKEN,
    SENDGRID_KEY,
    JWT,
    PRIVATE_KEY,
    URI_CREDENTIALS,
    PASSWORD_HASH;

    /// So many have a bit; the last bit says that a word speaks against all of them.
    static final int CONTEXTUAL = 63;

    private final boolean standard;

    Entity() {
        this(true);
    }

    Entity(boolean standard) {
        this.standard = standard;
    }

    /// Whether it is looked for unless a configuration says otherwise.
    public boolean standard() {
        return standard;
    }

    /// Its place among all, which is the number of its detector.
    @SuppressWarnings("EnumOrdinal") // tables by entity are arrays, for speed; nothing stores it
    int number() {
        return ordinal();
    }

    /// Its bit in a mask of contexts; 0 where words do not matter.
    long bit() {
        return number() < CONTEXTUAL ? 1L << number() : 0;
    }
}
