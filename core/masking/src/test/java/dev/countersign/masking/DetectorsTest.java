package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DetectorsTest {
    /// Published examples of each, or values that the issuers' own checks accept.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREDIT_CARD|pay with 4111111111111111 today",
                "CREDIT_CARD|5555 5555 5555 4444",
                "CREDIT_CARD|3782-822463-10005",
                "CREDIT_CARD|{\"n\": \"6011111111111117\"}",
                "CREDIT_CARD|card: 30569309025904",
                "CARD_TRACK1|%B4111111111111111^DOE/JOHN^2512101123400001230?",
                "CARD_TRACK2|;4111111111111111=25121011234567890?",
                "IBAN|GB82 WEST 1234 5698 7654 32",
                "IBAN|to DE89370400440532013000.",
                "US_SSN|078-05-1120",
                "US_SSN|ssn=536904399",
                "EMAIL|<jörg.müller@bücher.example.com>",
                "EMAIL|写给john.doe@example.com吧",
                "PHONE|+1 (415) 555-2671",
                "PHONE|(212) 555-0123",
                "PHONE|Tel. 030 1234567",
                "PHONE|mobile: 07700 900123",
                "US_ITIN|912-70-1234",
                "US_EIN|EIN 12-3456789",
                "ABA_ROUTING|routing number 021000021",
                "US_MBI|1EG4-TE5-MK73",
                "US_NPI|NPI: 1234567893",
                "US_DEA|DEA AB1234563",
                "CA_SIN|130 692 544",
                "UK_NHS|943 476 5919",
                "UK_NINO|AB 12 34 56 C",
                "FR_NIR|2 55 08 14 168 025 38",
                "DE_STEUER_ID|86095742719",
                "DE_RVNR|65 170839 J 003",
                "IT_CODICE_FISCALE|RSSMRA85T10A562S",
                "ES_DNI|12345678Z",
                "ES_NIE|X1234567L",
                "NL_BSN|BSN 111222333",
                "BE_NN|85.07.30-033.28",
                "PL_PESEL|PESEL: 44051401359",
                "SE_PERSONNUMMER|811228-9874",
                "FI_HETU|131052-308T",
                "NO_FNR|15108695088",
                "DK_CPR|CPR-nummer 070761-4285",
                "CH_AHV|756.9217.0769.85",
                "PT_NIF|NIF 501964843",
                "IE_PPS|1234567T",
                "BR_CPF|111.444.777-35",
                "BR_CNPJ|11.222.333/0001-81",
                "BR_CNPJ|12.ABC.345/01DE-35",
                "IN_AADHAAR|2341 2341 2346",
                "IN_PAN|ABCPE1234F",
                "AU_TFN|TFN 123 456 782",
                "AU_MEDICARE|Medicare 2123 45670 1",
                "AU_ABN|ABN 51 824 753 556",
                "SG_NRIC_FIN|S1234567D",
                "CN_RIC|11010519491231002X",
                "KR_RRN|900101-1234567",
                "JP_MY_NUMBER|マイナンバー 123456789018",
                "ZA_ID|8001015009087",
                "TR_TCKN|TC Kimlik No: 10000000146",
                "MX_CURP|HEGG560427MVZRRL04",
                "IL_ID|תעודת זהות 000000018",
                "PASSPORT_MRZ|L898902C36UTO7408122F1204159ZE184226B<<<<<10",
                "CRYPTO|1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
                "CRYPTO|bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
                "CRYPTO|0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "VIN|VIN 1M8GDM9AXKP042788",
                "IMEI|IMEI 490154203237518",
                "AWS_ACCESS_KEY|AKIAIOSFODNN7EXAMPLE",
                "AWS_SECRET_KEY|aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                "GITLAB_TOKEN|glpat-x1Y2z3A4b5C6d7E8f9G0",
                "SLACK_TOKEN|xoxb-123456789012-123456789012-abcDEF123abcDEF123abcDEF",
                "JWT|eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
                "URI_CREDENTIALS|postgres://app:s3cr3t@db.internal:5432/shop",
                "PASSWORD|jdbc:postgresql://db/shop?user=app&password=hunter2",
                "AUTHORIZATION|Authorization: Basic dXNlcjpwYXNzd29yZA==",
                "COOKIE|Set-Cookie: sid=8f3a9c1b7e; Path=/; HttpOnly",
                "PASSWORD|ALTER USER app WITH PASSWORD 's3cretPw1'",
                "PASSWORD|mysql --password hunter22",
                "PASSWORD|<password>hunter22</password>",
                "PASSWORD|PGPASSWORD=swordfish psql",
                "US_SSN|<td>SSN</td><td>536904399</td>",
                "SLACK_TOKEN|https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
                "PASSWORD_HASH|$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW",
                "SECRET|api_key: 9f8e7d6c5b4a39281706f5e4d3c2b1a0"
            })
    void what_is_sensitive_is_found_under_its_name(String entity, String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        assertThat(Masked.whole(Masked.STANDARD, utf8, ValueName.NONE).spans)
                .as(Masked.of(text))
                .singleElement()
                .asString()
                .startsWith(entity + " ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order 4111111111111112",
                "order_id=536904399",
                "{\"id\": 536904399, \"ssn\": null}",
                "000-12-3456 666-12-3456 900-12-3456",
                "123-00-4567 123-45-0000",
                "550e8400-e29b-41d4-a716-446655440000",
                "commit 4111111111111111a8f6b2c1d0e9f8a7b6c5d4e3",
                "2024-01-15T10:23:45.123Z 1710236543123 20240312101543",
                "v1.2.3 10.0.0.1:8080 12:34:56",
                "DE88370400440532013000",
                "lodash@4.17.21 git@github.com:acme/app.git user@localhost",
                "password: ${DB_PASSWORD}",
                "password VARCHAR(255)",
                "self.password = config['password']; auth = self.proxy[4] + x",
                "def get(prompt='Password: ', stream=None)",
                "private_key: OAuth2AuthorizationCodeGrant",
                "key_password=key_password, proxy_password=options[1]",
                "scheme://[user:passwd@]proxy.server:port http://user:password@host",
                "if len(password) > blocksize",
                "CREATE ROLE a LOGIN PASSWORD '\" + password + \"'",
                "Set-Cookie: fig=newton",
                "The password must contain 8 characters.",
                "max_tokens: 4096, token_type=bearer",
                "ghp_16C7e42F292c6912E7710c838347Ae178B4b",
                "-----BEGIN CERTIFICATE-----",
                "eyJmb28iOiJiYXIifQ.abc.def",
                "1 234 567 € and 123 456 789 €",
                "isbn 9783161484100",
                "id,ssn,password,api_key,card_number",
                "the card was declined, call us about the phone"
            })
    void what_is_harmless_stays_as_it_is(String text) {
        assertThat(Masked.of(text)).isEqualTo(text);
    }

    @Test
    void a_bare_number_counts_under_a_name_that_says_so_and_under_no_other() {
        assertThat(Masked.of("536904399", "customer_ssn")).isEqualTo("[US_SSN]");
        assertThat(Masked.of("536904399", "order_id")).isEqualTo("536904399");
        assertThat(Masked.of("536904399")).isEqualTo("536904399");
        assertThat(Masked.of("customer_id=4111111111111111 deviceId: 4111111111111111"))
                .isEqualTo("customer_id=4111111111111111 deviceId: 4111111111111111");
        assertThat(Masked.of("4111111111111111", "tracking_number")).isEqualTo("4111111111111111");
    }

    @Test
    void a_name_speaks_for_its_own_value_only() {
        assertThat(Masked.of("{\"ssn\": null, \"order\": \"536904399\"}"))
                .isEqualTo("{\"ssn\": null, \"order\": \"536904399\"}");
        assertThat(Masked.of("ssn=x, order=536904399")).isEqualTo("ssn=x, order=536904399");
        assertThat(Masked.of("id,ssn,order\n1,536904399,536904399\n"))
                .isEqualTo("id,ssn,order\n1,[US_SSN],536904399\n");
        assertThat(Masked.of("INSERT INTO t (ssn, n) VALUES ('536904399', 536904399), ('x', 1)"))
                .isEqualTo("INSERT INTO t (ssn, n) VALUES ('[US_SSN]', 536904399), ('x', 1)");
    }

    @Test
    void a_line_may_ask_for_what_the_next_one_holds() {
        assertThat(Masked.of("What is your SSN?\n536904399\n536904399\n"))
                .isEqualTo("What is your SSN?\n[US_SSN]\n536904399\n");
        assertThat(Masked.of("ssns:\n  - 536904399\n  - 536904398\n"))
                .isEqualTo("ssns:\n  - [US_SSN]\n  - [US_SSN]\n");
        assertThat(Masked.of("ssn | 536904399")).isEqualTo("ssn | [US_SSN]");
    }

    @Test
    void masked_json_is_json() {
        assertThat(Masked.of("{\"card\": 4111111111111111, \"a\": [\"x\", {\"ssn\": 536904399}]}"))
                .isEqualTo("{\"card\": 0, \"a\": [\"x\", {\"ssn\": 0}]}");
        assertThat(Masked.of("{\n  \"user\": {\n    \"ssn\": \"536904399\"\n  }\n}"))
                .isEqualTo("{\n  \"user\": {\n    \"ssn\": \"[US_SSN]\"\n  }\n}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uff14\uff11\uff11\uff11 \uff11\uff11\uff11\uff11 \uff11\uff11\uff11\uff11 \uff11\uff11\uff11\uff11",
                "4\u200b111\u00ad111111\u2060111111",
                "4111\u00a01111\u202f1111\u20091111",
                "\u0664\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661",
                "\\u0034111111111111111",
                "\\\\u0034111111111111111",
                "%34111111111111%31%31%31",
                "%2534111111111111111",
                "&#52;111111111111111",
                "&#x34;111&nbsp;1111&nbsp;1111&nbsp;1111",
                "Y2FyZDogNDExMTExMTExMTExMTExMQ==",
                "636172643a2034313131313131313131313131313131"
            })
    void a_card_is_a_card_however_it_is_written(String text) {
        assertThat(Masked.of("see " + text + " ok")).isEqualTo("see [CREDIT_CARD] ok");
    }

    @Test
    void a_match_never_goes_over_the_end_of_a_cell_or_line() {
        assertThat(Masked.of("4111 1111\t1111 1111\n4111 1111\n1111 1111"))
                .isEqualTo("4111 1111\t1111 1111\n4111 1111\n1111 1111");
    }

    @Test
    void a_private_key_goes_as_a_whole_even_if_it_is_cut_short() {
        assertThat(Masked.of("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nAAAA\nthen this\n"))
                .isEqualTo("a\n[PRIVATE_KEY]\nthen this\n");
        assertThat(
                        Masked.of(
                                "{\"k\": \"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n\"}"))
                .isEqualTo("{\"k\": \"[PRIVATE_KEY]\\n\"}");
    }

    @Test
    void a_github_token_has_its_checksum() {
        assertThat(Masked.of("x 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 y"))
                .isEqualTo("x [GITHUB_TOKEN] y");
        assertThat(Masked.of("x ghp_NqVwYS81VP7Hb1DX8pPd5khxE3pyIg3sJb3a y")).contains("ghp_");
    }

    @Test
    void a_clean_value_is_told_without_a_copy() {
        byte[] text = "nothing to see here".getBytes(UTF_8);
        var scanner = Masked.STANDARD.scanner();
        assertThat(scanner.clean(text, 0, text.length, ValueName.NONE)).isTrue();
        byte[] card = "4111111111111111".getBytes(UTF_8);
        assertThat(scanner.clean(card, 0, card.length, ValueName.NONE)).isFalse();
    }
}
